# SPDX-License-Identifier: MIT
# One matrix in int4: sharing scales less moves a point to the right, choosing codes better moves
# it down. Both are free to choose; the file type fixes only the dashed line.
load style
set title "Int4, eight ways: method and granularity are two choices"
set xlabel "bits a weight, scales included"
set ylabel "outputs off by (percent)"
set xrange [3.94:4.66]
set yrange [0:21]
set style line 1 lc rgb orange lw 2 pt 7 ps 0.9
set style line 2 lc rgb blue lw 2 pt 7 ps 0.9
set arrow from 4.5, 0 to 4.5, 15.6 nohead dt 2 lc rgb grey
set label "Q4_0 in GGUF:\nthis size, whoever chose the codes" at 4.5, 18.2 center tc rgb grey
set label "one scale" at 4.015, 18.3 left tc rgb 0x333333
set label "one a row" at 4.075, 13.7 left tc rgb 0x333333
set label "one for 64" at 4.25, 11.9 center tc rgb 0x333333
set label "one for 32" at 4.515, 10.4 left tc rgb 0x333333
set label "uses code -8 too" at 4.515, 8.4 left tc rgb 0x333333
set key at 4.36, 20.6 right top
plot "data" index 1 with linespoints ls 1 title "rounded to nearest", \
     "" index 2 with linespoints ls 2 title "codes chosen by GPTQ", \
     "" index 0 with points pt 6 ps 1.8 lw 2 lc rgb 0x333333 title "the two tensors of the file"
