@NullMarked
package io.gpusnapshot.storage.b2;

import org.jspecify.annotations.NullMarked;
