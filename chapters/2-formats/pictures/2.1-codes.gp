# SPDX-License-Identifier: MIT
# Two symmetric grids as staircases, and under them how far each value is moved.
load style
set multiplot
set lmargin at screen 0.13
set rmargin at screen 0.97
set xrange [-1:1]
set tmargin at screen 0.89
set bmargin at screen 0.47
set title "One bit more: over twice the stairs, under half the error"
set yrange [-1.1:1.1]
set ytics -1, 0.5
set format x ""
set ylabel "stored as"
set key top left
plot "data" using 1:1 with lines lc rgb pale lw 2 notitle, \
     "data" using 1:2 with lines lc rgb orange lw 2 title "3 bits: 7 codes", \
     "data" using 1:3 with lines lc rgb blue lw 2 title "4 bits: 15 codes"
unset title
set tmargin at screen 0.42
set bmargin at screen 0.14
set yrange [-0.22:0.22]
set ytics ("-1/6" -0.166667, "-1/14" -0.0714286, "0" 0, "1/14" 0.0714286, "1/6" 0.166667)
set format x "%g"
set xlabel "the number"
set ylabel "error"
unset key
plot "data" using 1:4 with lines lc rgb orange lw 2, \
     "data" using 1:5 with lines lc rgb blue lw 2
unset multiplot
