# SPDX-License-Identifier: MIT
# Weights of three models at four widths, beside one card.
load style
set title "What the weights take of one 80 GB card"
set ylabel "GB (logarithmic)"
set logscale y
set yrange [3:400]
set xrange [-0.6:12.6]
set style data boxes
set boxwidth 0.8
set xtics ("32" 0, "16" 1, "8" 2, "4" 3, "32" 4.5, "16" 5.5, "8" 6.5, "4" 7.5, "32" 9, "16" 10, "8" 11, "4" 12)
set xlabel "bits per weight, of models with 7, 13 and 70 billion weights" offset 0, -0.9
set bmargin 5.8
do for [m = 0:2] { set label word("7B 13B 70B", m + 1) at 1.5 + 4.5 * m, graph -0.15 center tc rgb 0x222222 font ",14" }
set arrow from graph 0, first 80 to graph 1, first 80 nohead lc rgb red lw 2 front
set label "80 GB: the card" at 6, first 122 center tc rgb red
near(gb) = 60 < gb && gb < 80 # its number would stand on the card's line
x(n) = n + 0.5 * int(n / 4)
plot "data" using (x($0)):($4 > 0 ? $3 : NaN) lc rgb blue title "fits", \
     "data" using (x($0)):($4 > 0 ? NaN : $3) lc rgb orange title "does not", \
     "data" using (x($0)):(near($3) ? NaN : $3 * 1.12):(sprintf("%g", $3)) with labels tc rgb 0x333333 notitle, \
     "data" using (x($0)):(near($3) ? $3 * 0.88 : NaN):(sprintf("%g", $3)) with labels tc rgb 0xffffff notitle
