package io.gpusnapshot.model;

import java.util.Arrays;

/** An extended attribute of the {@code user} namespace: a name with its {@code user.} prefix, and any bytes. */
public final class ExtendedAttribute {
    private final RawPath name;
    private final byte[] value;

    public ExtendedAttribute(RawPath name, byte[] value) {
        this.name = name;
        this.value = value.clone();
    }

    public RawPath name() {
        return name;
    }

    public byte[] value() {
        return value.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ExtendedAttribute attribute
                && name.equals(attribute.name)
                && Arrays.equals(value, attribute.value);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return name + " (" + value.length + " bytes)";
    }
}
