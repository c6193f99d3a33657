# SPDX-License-Identifier: MIT
# What a 70B of 4 bits weighs on top of the 35 GB that one computes in the head.
load style
set title "What stands beside 35 GB of codes"
set lmargin at screen 0.40
set rmargin at screen 0.96
set xrange [0:5.2]
set yrange [6.7:-0.7]
set xlabel "GB more than the sum in the head"
set border 1 lc rgb grey
unset grid
set grid xtics lc rgb pale lt 1
set ytics scale 0
unset key
set label "scales" at 2.2, 0.1 tc rgb blue
set label "more weights than 70 billion" at 2.2, 0.8 tc rgb grey
set label "embedding and head in 16 bits" at 2.2, 1.5 tc rgb 0xb07800
set style fill solid 0.85 noborder
plot "data" using ($2 / 2):0:(0):2:($0 - 0.33):($0 + 0.33):ytic(1) with boxxyerror lc rgb blue, \
     "data" using 2:0:2:($2 + $3):($0 - 0.33):($0 + 0.33) with boxxyerror lc rgb grey, \
     "data" using 2:0:($2 + $3):($2 + $3 + $4):($0 - 0.33):($0 + 0.33) with boxxyerror lc rgb orange, \
     "data" using ($2 + $3 + $4 + 0.06):0:(sprintf("%.2f", $2 + $3 + $4)) with labels left tc rgb 0x333333
