# SPDX-License-Identifier: MIT
# The bits of pi in five formats, the highest bit on the left.
load style
set title "What pi leaves behind in five formats"
set lmargin at screen 0.02
set rmargin at screen 0.98
set xrange [-8.5:31.7]
set yrange [-0.6:5.3]
unset border
unset xtics
unset ytics
unset grid
unset key
set style fill solid 1 noborder
kind(k) = k == 0 ? red : k == 1 ? orange : blue
set label "sign" at 0, 4.95 center tc rgb red
set label "exponent: how far" at 4.5, 4.95 center tc rgb 0xb07800
set label "mantissa: how finely" at 20, 4.95 center tc rgb blue
set label "the upper half of fp32" at 16.2, 3 left tc rgb grey
set label "fewer bits of range, more of precision" at 16.2, 2 left tc rgb grey
set label "127 and 7: whole numbers, which a scale makes 3.15" at 8.2, 0.5 left tc rgb grey
plot "data" index 0 using 1:2:(0.45):(0.36):(kind($3)) with boxxyerror lc rgb variable, \
     "data" index 0 using 1:2:(sprintf("%d", $4)) with labels tc rgb 0xffffff, \
     "data" index 1 using (-8.3):1:2 with labels left tc rgb 0x222222, \
     "data" index 1 using (-5.9):1:3 with labels left tc rgb 0x222222
