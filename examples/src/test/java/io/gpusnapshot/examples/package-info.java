/** Runs every example. */
@NullMarked
package io.gpusnapshot.examples;

import org.jspecify.annotations.NullMarked;
