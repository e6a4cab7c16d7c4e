package io.gpusnapshot.storage.b2.emulator;

import java.util.Set;

/**
 * Something to go wrong, and when: {@code Fault.of(FaultEffect.serviceUnavailable(),
 * Operation.UPLOAD_FILE).named("packs/").skipping(2).times(1)} refuses the third upload of a file whose name holds
 * {@code packs/}. Immutable. Faults that match the same request all strike it.
 *
 * @param operations what it concerns; empty for everything
 * @param namePart what the file's name (or a listing's prefix) has to contain
 * @param skip how many matching requests it lets pass first
 * @param times how many it strikes
 */
public record Fault(FaultEffect effect, Set<Operation> operations, String namePart, int skip, int times) {
    public Fault {
        operations = Set.copyOf(operations);
    }

    /** Strikes every request for one of these operations, or every one at all. */
    public static Fault of(FaultEffect effect, Operation... operations) {
        return new Fault(effect, Set.of(operations), "", 0, Integer.MAX_VALUE);
    }

    public Fault named(String part) {
        return new Fault(effect, operations, part, skip, times);
    }

    public Fault skipping(int requests) {
        return new Fault(effect, operations, namePart, requests, times);
    }

    public Fault times(int requests) {
        return new Fault(effect, operations, namePart, skip, requests);
    }

    boolean concerns(Operation operation, String name) {
        return (operations.isEmpty() || operations.contains(operation)) && name.contains(namePart);
    }
}
