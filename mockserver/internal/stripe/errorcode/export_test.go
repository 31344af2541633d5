package errorcode

import (
	"maps"
	"slices"
)

// Known returns the codes that the table describes.
func Known() []string { return slices.Sorted(maps.Keys(codes().Known)) }
