# SPDX-License-Identifier: MIT
# The margins of all answers in order, and below them a tick for each answer that changed.
load style
set title "Answers flip where the margin is thin"
set xlabel "the 4,000 answers, from the thinnest margin to the widest"
set ylabel "margin in fp32"
set xrange [0:4000]
set yrange [-290:900]
set ytics 0, 200
set xtics 0, 400 format ""
set arrow from 0, 0 to 4000, 0 nohead lc rgb grey
set label "int8" at 3960, -60 right tc rgb green
set label "int4" at 3960, -150 right tc rgb blue
set label "int3" at 3960, -240 right tc rgb red
set label "each tick: an answer that changed" at 2000, -60 tc rgb 0x333333
plot "data" index 0 using 1:2 with filledcurves y1=0 lc rgb pale notitle, \
     "" index 0 using 1:2 with lines lw 2 lc rgb 0x333333 notitle, \
     "" index 1 using 1:(-90):(0):(60) with vectors nohead lw 1.5 lc rgb green notitle, \
     "" index 2 using 1:(-180):(0):(60) with vectors nohead lw 1 lc rgb blue notitle, \
     "" index 3 using 1:(-270):(0):(60) with vectors nohead lw 0.7 lc rgb red notitle
