# SPDX-License-Identifier: MIT
# What each of four weights weighs, and what it contributes; the error behind five scales.
load style
set multiplot layout 1,2
set title "The smallest weight speaks loudest"
set style data histograms
set style histogram clustered gap 0.8
set boxwidth 0.9
set yrange [0:1.12]
set ytics 0.5
set ylabel "share of the largest"
set xlabel "weight"
set xtics ("0.22" 0, "1.20" 1, "-0.65" 2, "0.35" 3) nomirror
set xrange [-0.6:3.6]
set key top right samplen 1.5
plot "data" index 1 using ($1 / 1.2) lc rgb grey title "|w|", \
     "" index 1 using ($2 / 20) lc rgb blue title "|x|", \
     "" index 1 using ($1 * $2 / 4.4) lc rgb orange title "|w x|"
set title "A larger scale helps, then hurts"
set style data linespoints
set logscale x 2
set xrange [0.8:20]
set xtics (1, 2, 4, 8, 16) nomirror
set yrange [0:1.12]
set ylabel "contributions off by"
set xlabel "s of the busy input"
set key off
plot "data" index 0 using 1:2 lc rgb blue lw 2 pt 7 ps 0.9, \
     "" index 0 using ($1 < 4 ? 1.4 * $1 : $1):($2 + ($1 < 4 ? 0.015 : $1 > 4 ? 0.06 : -0.06)):(sprintf("%.3f", $2)) with labels tc rgb 0x333333
unset multiplot
