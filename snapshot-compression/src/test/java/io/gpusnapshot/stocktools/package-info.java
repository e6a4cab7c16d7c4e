/** Reads repositories without any of our code. */
@NullMarked
package io.gpusnapshot.stocktools;

import org.jspecify.annotations.NullMarked;
