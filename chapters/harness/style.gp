# SPDX-License-Identifier: MIT
# What all plots of the book share. Each is drawn on its own pale card, so that it reads the same
# on a light page and on a dark one. Colours that colour-blind readers can tell apart (Okabe, Ito).
set terminal svg size 720,400 noenhanced font "sans-serif,13" background "#fbfaf7"
set output "picture.svg"
set encoding utf8
blue = 0x0072b2; orange = 0xe69f00; green = 0x009e73; red = 0xd55e00; purple = 0xcc79a7
grey = 0x777777; pale = 0xd9d6cf
set border 3 lc rgb grey
set tics nomirror tc rgb 0x333333
set grid ytics lc rgb pale lt 1
set key top left samplen 2 tc rgb 0x333333
set style fill solid 0.85 border lc rgb 0xfbfaf7
set title font "sans-serif,15" tc rgb 0x222222
