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
set xlabel "bits per weight"
set arrow from graph 0, first 80 to graph 1, first 80 nohead lc rgb red lw 2 front
set label "80 GB: the card" at graph 0.01, first 92 tc rgb red
set label "7B" at 1.5, 4.2 center tc rgb 0xffffff front
x(n) = n + 0.5 * int(n / 4)
plot "data" using (x($0)):($4 > 0 ? $3 : NaN) lc rgb blue title "fits", \
     "data" using (x($0)):($4 > 0 ? NaN : $3) lc rgb orange title "does not", \
     "data" using (x($0)):($3 * 1.12):(sprintf("%g", $3)) with labels tc rgb 0x333333 notitle
