# SPDX-License-Identifier: MIT
# Four weights on one ruler: where each stands, the mark that it goes to, and what that costs it.
load style
set title "All four move by less than half a step; one of them had no more to lose"
set xlabel "codes of an int4 ruler whose step is 0.42"
set xrange [-3.3:3.6]
set yrange [0.4:4.9]
set border 1
unset ytics
unset grid
unset key
set xtics ()
set object rectangle from -0.21, graph 0 to 0.21, graph 1 fc rgb orange fs solid 0.18 noborder behind
set label "what stands here\nbecomes nothing" at -0.28, 1.9 right tc rgb 0x946200
row(n) = 4.2 - n
plot "data" index 1 using 1:(0.4):(0):(4.5) with vectors nohead lc rgb pale, \
     "" index 1 using 1:(0.4):xtic(sprintf("%d", $2)) with dots lc rgb pale, \
     "" index 0 using 1:(row($0)):($2 - $1):(0) with vectors head filled size 0.07,20 lw 2 lc rgb red, \
     "" index 0 using 1:(row($0)) with points pt 7 ps 0.7 lc rgb blue, \
     "" index 0 using 1:(row($0) + 0.36):(sprintf("%.2f loses %g %%", $1, $3)) with labels tc rgb 0x333333
