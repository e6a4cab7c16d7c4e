/** Whole jobs on hosts, through the public API. */
@NullMarked
package io.gpusnapshot;

import org.jspecify.annotations.NullMarked;
