// Package stations is the catalogue of charging stations: who runs them, where
// they stand, what they cost, and how a map finds them.
//
// A catalogue has two parts. The fixed stations are in fixed.yaml: the virtual
// charging points of the vendor's development environment, the station of the
// vendor's worked example, and the trouble station, each of whose charge points
// produces one documented failure. The synthetic stations are computed from a
// seed and a number whenever they are needed, with the words and weights of the
// other files in data. Only sixteen bytes of each are kept: its place on the
// Z-order curve, its number, and the traits that filters look at. Ids encode the
// number, so that finding a station by id needs no table: the id is decoded,
// computed again and compared.
//
// One sorted array is the whole spatial index. A map tile is a contiguous
// range of it, so is a cluster's cell, and so is every cell of the quadtree
// that the circle search walks. The number of stations in a cell is therefore
// the difference of two positions, which makes both the clusters of zoom 0 and
// the total of a wide circle cheap. An R-tree has no such counts and took 39
// bytes a station, measured, instead of eight for the keys.
//
// With a filter, all stations in the circle or tile are checked one by one, in a
// few nanoseconds each: a tile of the whole world with a million stations takes
// milliseconds, not microseconds.
package stations
