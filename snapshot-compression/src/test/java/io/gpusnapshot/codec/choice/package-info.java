/** Which codec is chosen for which data. */
@NullMarked
package io.gpusnapshot.codec.choice;

import org.jspecify.annotations.NullMarked;
