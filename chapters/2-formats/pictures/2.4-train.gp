# SPDX-License-Identifier: MIT
# 80 gradients, and the window of each format through which a training sees them.
load style
set title "A gradient outside the window teaches nothing"
set lmargin at screen 0.17
set rmargin at screen 0.97
set logscale x
set xrange [1e-13:1e6]
set format x "10^{%T}"
set xtics ("10⁻¹²" 1e-12, "10⁻⁹" 1e-9, "10⁻⁶" 1e-6, "10⁻³" 1e-3, "1" 1, "10³" 1e3, "10⁶" 1e6)
set xlabel "size of a gradient"
set yrange [0.3:3.9]
set ytics ("fp16" 3, "fp16, x 1024" 2, "bf16" 1) scale 0
unset grid
set border 1 lc rgb grey
unset key
set label "become 0" at 2e-9, 3.55 center tc rgb red
set label "the format's window" at 60000, 3.55 right tc rgb blue
set object 1 rect from 2.98e-8, 2.62 to 65504, 3.38 fc rgb 0xcfe3f1 fs solid 1 noborder behind
set object 2 rect from 2.98e-8, 1.62 to 65504, 2.38 fc rgb 0xcfe3f1 fs solid 1 noborder behind
set object 3 rect from graph 0, first 0.62 to graph 1, first 1.38 fc rgb 0xcfe3f1 fs solid 1 noborder behind
set label "∞" at 1e5, 3 left tc rgb grey
set label "∞" at 1e5, 2 left tc rgb grey
set label "on to 10³⁸, back to 10⁻⁴⁰" at 0.03, 1.03 left tc rgb 0x333333
plot "data" using ($2 > 0 ? $1 : NaN):(2.82):(0):(0.36) with vectors nohead lc rgb blue lw 2, \
     "data" using ($2 > 0 ? NaN : $1):(2.82):(0):(0.36) with vectors nohead lc rgb red lw 2, \
     "data" using (1024 * $1):(1.82):(0):(0.36) with vectors nohead lc rgb blue lw 2, \
     "data" using 1:(0.82):(0):(0.36) with vectors nohead lc rgb blue lw 2
