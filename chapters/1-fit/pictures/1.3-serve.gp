# SPDX-License-Identifier: MIT
# One bar for each number of users on a card of 80 GB: weights below, caches on top.
# The data: bits, users, GB of weights, GB of caches.
load style
set title "Half the weights, five times the users: 70B on one card, 8,192 tokens each"
set ylabel "GB"
set yrange [0:97]
set xrange [-0.9:23.9]
set xlabel " "
set label "users at once, int8" at 2, -14 center tc rgb 0x222222
set label "users at once, int4" at 14.5, -14 center tc rgb 0x222222
set boxwidth 0.8
set style fill solid 1 border lc rgb 0xfbfaf7
set key at graph 0.98, 0.99 top right horizontal Left reverse width -2
set arrow from graph 0, first 80 to graph 1, first 80 nohead lc rgb red lw 2 front
set arrow from graph 0, first 72 to graph 1, first 72 nohead lc rgb red lw 1 dt 2 front
set label "80 GB: the card" at graph 0.01, first 84 tc rgb red front
set label "72 GB: a tenth kept free" at 8, 68 tc rgb red front
x(bits, n) = bits == 8 ? n : n + 6
set xtics ("0" 0) nomirror
do for [n = 1:4] { set xtics add (sprintf("%d", n) n) }
do for [n = 0:17] { set xtics add (sprintf("%d", n) n + 6) }
full(w, c) = w + c >= 80
plot "data" using (x($1, $2)):3 with boxes lc rgb blue title "weights", \
     "" using (x($1, $2)):($3 + $4 / 2):(x($1, $2) - 0.4):(x($1, $2) + 0.4):3:($3 + $4) with boxxyerror lc rgb orange title "their caches", \
     "" using (full($3, $4) ? x($1, $2) : NaN):($3 + $4 / 2):(x($1, $2) - 0.4):(x($1, $2) + 0.4):3:($3 + $4) with boxxyerror lc rgb red title "one user too many"
