# SPDX-License-Identifier: MIT
# The error of a weight against the weight, both in steps: a saw inside the range, a ramp outside.
load style
set title "Inside the ruler an error has a ceiling, outside it has none"
set xlabel "weight, in steps of an int4 ruler"
set ylabel "error w - ŵ, in steps"
set xrange [-10.5:10.5]
set yrange [-3.4:3.4]
set xtics 7
set mxtics 7
set ytics 1
set object rectangle from graph 0, first -0.5 to graph 1, first 0.5 fc rgb green fs solid 0.18 noborder behind
set arrow from -7, graph 0 to -7, graph 1 nohead lc rgb grey dt 2
set arrow from 7, graph 0 to 7, graph 1 nohead lc rgb grey dt 2
set label "half a step up or down: the promise" at 0, 1.35 center tc rgb green
set label "the last mark" at 6.7, -2.55 right tc rgb grey
set label "clamped: no ceiling" at 6.7, 2.45 right tc rgb red
set label "clamped: no floor" at -6.7, -2.55 left tc rgb red
unset key
plot "data" using 1:(abs($1) <= 7.5 ? $3 : NaN) with lines lw 2 lc rgb blue, \
     "data" using 1:(abs($1) >= 7.5 ? $3 : NaN) with lines lw 3 lc rgb red
