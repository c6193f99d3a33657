# SPDX-License-Identifier: MIT
# Of each model a square, cut into its dictionary, its attention and its feed-forward network.
# The data: a line for each model, share of the dictionary, share of attention.
load style
set title "Where the parameters live: the smaller the model, the more of it is dictionary"
unset border; unset ytics; unset grid
set size noratio
set xrange [-0.08:4.52]
set yrange [-0.30:1.16]
unset xtics
set key at graph 0.5, 0.02 center bottom horizontal samplen 1.5
w = 1.15
array name[4] = ["Llama-3.1-70B", "Llama-3.1-8B", "Qwen2.5-0.5B", "tiny-gpt2"]
percent(s) = sprintf(s < 0.995 ? "%.1f %%" : "%.2f %%", 100 * s)
x(n) = n * w
# A rectangle is centre, low and high edges; the dictionary stands on the left, attention below.
plot "data" using (x($0)):(0.5):(x($0)):(x($0) + $1):(0):(1) with boxxyerror lc rgb orange title "embedding and head", \
     "" using (x($0)):(0.5):(x($0) + $1):(x($0) + 1):(0):($2 / (1 - $1)) with boxxyerror lc rgb blue title "attention", \
     "" using (x($0)):(0.5):(x($0) + $1):(x($0) + 1):($2 / (1 - $1)):(1) with boxxyerror lc rgb green title "feed-forward", \
     "" using (x($0) + 0.5):(1.06):(name[int($0) + 1]) with labels tc rgb 0x222222 notitle, \
     "" using (x($0) + 0.5):(-0.07):(percent($1) . " dictionary") with labels tc rgb 0x8a5a00 notitle, \
     "" using ($1 < 0.9 ? x($0) + (1 + $1) / 2 : NaN):($2 / (1 - $1) / 2):(percent($2)) with labels tc rgb 0xffffff notitle, \
     "" using ($1 < 0.9 ? x($0) + (1 + $1) / 2 : NaN):((1 + $2 / (1 - $1)) / 2):(percent(1 - $1 - $2)) with labels tc rgb 0xffffff notitle
