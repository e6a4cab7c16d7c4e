package io.gpusnapshot.codec.floats;

/**
 * How to take a piece apart.
 *
 * @param lead bytes before the first whole element
 */
record Layout(ElementKind kind, int lead) {
    static final Layout PLAIN = new Layout(ElementKind.BYTES, 0);
}
