/**
 * Tests of what is really sent to hosts: the agent's jar and the Java runtime, which exist once the module is packaged.
 */
@NullMarked
package io.gpusnapshot.delivery;

import org.jspecify.annotations.NullMarked;
