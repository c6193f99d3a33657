# SPDX-License-Identifier: MIT
# What a row loses under one scale with a row that grows louder, and under a scale of its own.
load style
set title "Under a louder row's ruler a row falls silent; under its own it does not notice"
set xlabel "how many times louder the other row is (logarithmic)"
set ylabel "the quiet row loses, in %"
set logscale x
set xrange [1:980]
set yrange [0:112]
set xtics (1, 2, 4, 14, 32, 64, 254)
set arrow from 14, 0 to 14, 100 nohead lc rgb grey dt 2
set arrow from 254, 0 to 254, 100 nohead lc rgb grey dt 2
set label "int4: all zeros" at 14, 105 center tc rgb red
set label "int8: all zeros" at 254, 105 center tc rgb blue
set label "int4, own scale" at 80, 13 left tc rgb green
unset key
plot "data" using 1:2 with lines lw 3 lc rgb red, \
     "data" using 1:3 with lines lw 3 lc rgb blue, \
     "data" using 1:4 with lines lw 3 lc rgb green
