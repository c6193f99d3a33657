# SPDX-License-Identifier: MIT
# The numbers of fp16 and bf16: each of them near 1, and how many there are in each decade.
load style
set multiplot
set lmargin at screen 0.13
set rmargin at screen 0.97
set tmargin at screen 0.87
set bmargin at screen 0.61
set title "Every number near 1, and how many there are elsewhere"
set xrange [0.979:1.031]
set yrange [-0.25:2.2]
set border 1 lc rgb grey
unset grid
set ytics ("bf16" 0.4, "fp16" 1.5) scale 0
set xtics 0.98, 0.01
unset key
plot "data" index 0 using 1:(1.1):(0):(0.8) with vectors nohead lc rgb orange lw 1, \
     "data" index 1 using 1:(0.0):(0):(0.8) with vectors nohead lc rgb blue lw 2
unset title
set tmargin at screen 0.50
set bmargin at screen 0.14
set border 3 lc rgb grey
set grid ytics lc rgb pale lt 1
set xrange [-9.6:5.6]
set yrange [0.7:9000]
set logscale y
set ytics (1, 10, 100, 1000) scale 1
set ylabel "numbers per decade"
set xlabel "decade: from 10^x to 10^(x+1)"
set xtics -9, 1
set label "fp16" at graph 0.03, 0.94 tc rgb 0xb07800
set label "bf16" at graph 0.03, 0.82 tc rgb blue
set boxwidth 0.38
plot "data" index 2 using ($1 - 0.2):($2 > 0 ? $2 : NaN) with boxes lc rgb orange, \
     "data" index 2 using ($1 + 0.2):3 with boxes lc rgb blue
unset multiplot
