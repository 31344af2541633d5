// Package stations is the catalogue of charging stations: who runs them, where
// they stand, what they cost, and how a map finds them.
//
// A catalogue has two parts. The fixed stations are written by hand: the
// virtual charging points of the vendor's development environment, the station
// of the vendor's worked example, and the trouble station whose points each
// produce one documented failure. The synthetic stations are derived from a
// seed and a number whenever they are asked for; of each only sixteen bytes
// are kept: its place on the Z-order curve, its number, and the traits that
// filters look at. Ids encode the number, so that finding a station by id
// needs no table: the id is decoded, derived again and compared.
//
// One sorted array is the whole spatial index. A map tile is a contiguous
// range of it, so is a cluster's cell, and so is every cell of the quadtree
// that the circle search walks. A cell's population is therefore the
// difference of two positions, which is what makes both the clusters of zoom
// 0 and the total of a wide circle cheap. An R-tree keeps no such counts and
// took 39 bytes a station, measured, where the keys take eight.
//
// With a filter, whatever lies in the circle or tile is looked at one by one:
// a few nanoseconds each, so a whole-world tile over a million stations takes
// milliseconds, not microseconds.
package stations
