# SPDX-License-Identifier: MIT
# Two weights as a point of a plane, the marks around them, and where the outputs are equally wrong.
load style
set title "The nearest mark is not the one the outputs would choose"
set size ratio -1
set samples 100
set xrange [-1.5:3.5]
set yrange [-0.85:1.55]
set xlabel "first weight"
set ylabel "second weight"
set xtics 1
set ytics 1
set grid xtics ytics lc rgb pale lt 1
set key off
# The error of the outputs at the marks (0, 0) and (0, 1): lines 5 and 6 of the data.
stats "data" using 3 every ::5::5 nooutput; nearest = STATS_min
stats "data" using 3 every ::6::6 nooutput; gptq = STATS_min
set parametric
set trange [0:2*pi]
w = 0.4; together = 0.9
same(level, t) = sqrt(level / (1 + together) / 2) * cos(t)
against(level, t) = sqrt(level / (1 - together) / 2) * sin(t)
x(level, t) = w + same(level, t) + against(level, t)
y(level, t) = w + same(level, t) - against(level, t)
set label "w" at 0.47, 0.47 tc rgb 0x222222 front
set label sprintf("nearest: %.3f", nearest) at -0.1, -0.14 right tc rgb red front
set label sprintf("GPTQ: %.3f", gptq) at -0.04, 1.2 right tc rgb blue front
set label "outer ellipse: outputs\nas wrong as with nearest" at 2.12, 1.3 tc rgb red front
set label "inner ellipse: outputs\nas wrong as with GPTQ" at 2.12, 0.83 tc rgb blue front
set label "circle: weights\nas far as nearest" at 2.12, 0.36 tc rgb grey front
plot x(nearest, t), y(nearest, t) with filledcurves closed fc rgb red fs transparent solid 0.10 noborder, \
     x(nearest, t), y(nearest, t) with lines lc rgb red lw 1.5, \
     x(gptq, t), y(gptq, t) with filledcurves closed fc rgb blue fs transparent solid 0.25 noborder, \
     x(gptq, t), y(gptq, t) with lines lc rgb blue lw 2, \
     w + sqrt(2) * w * cos(t), w + sqrt(2) * w * sin(t) with lines lc rgb grey dt 2 lw 1.5, \
     "data" using 1:2 with points pt 7 ps 0.8 lc rgb grey, \
     "data" using 1:2 every ::5::5 with points pt 7 ps 1.6 lc rgb red, \
     "data" using 1:2 every ::6::6 with points pt 7 ps 1.6 lc rgb blue, \
     "+" using (w):(w) with points pt 2 ps 1.4 lw 2 lc rgb 0x222222
