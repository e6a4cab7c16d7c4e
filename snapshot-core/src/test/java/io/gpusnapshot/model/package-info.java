/** Tests of the values. */
@NullMarked
package io.gpusnapshot.model;

import org.jspecify.annotations.NullMarked;
