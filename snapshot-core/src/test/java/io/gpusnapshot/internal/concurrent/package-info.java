/** Tests of the package of the same name. */
@NullMarked
package io.gpusnapshot.internal.concurrent;

import org.jspecify.annotations.NullMarked;
