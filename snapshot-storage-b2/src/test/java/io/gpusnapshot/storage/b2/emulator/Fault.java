package io.gpusnapshot.storage.b2.emulator;

import java.util.Set;

/**
 * Something to go wrong, and when: {@code Fault.of(FaultEffect.serviceUnavailable(),
 * Operation.UPLOAD_FILE).named("packs/").skipping(2).times(1)} refuses the third upload of a file whose name holds
 * {@code packs/}. Immutable. Faults that match the same request all strike it.
 */
public final class Fault {
    private final FaultEffect effect;
    private final Set<Operation> operations;
    private final String namePart;
    private final Occasions occasions;

    private Fault(FaultEffect effect, Set<Operation> operations, String namePart, Occasions occasions) {
        this.effect = effect;
        this.operations = operations;
        this.namePart = namePart;
        this.occasions = occasions;
    }

    /** Strikes every request for one of these operations, or every one at all. */
    public static Fault of(FaultEffect effect, Operation... operations) {
        return new Fault(effect, Set.of(operations), "", Occasions.ALL);
    }

    /** Strikes those alone whose file's name, or whose listing's prefix, contains this. */
    public Fault named(String part) {
        return new Fault(effect, operations, part, occasions);
    }

    /** Lets so many matching requests pass first. */
    public Fault skipping(int requests) {
        return new Fault(effect, operations, namePart, occasions.skipping(requests));
    }

    /** Strikes the last of every so many matching requests, and lets the others pass. */
    public Fault every(int requests) {
        return new Fault(effect, operations, namePart, occasions.every(requests));
    }

    /** Strikes so many requests and no more. */
    public Fault times(int requests) {
        return new Fault(effect, operations, namePart, occasions.times(requests));
    }

    FaultEffect effect() {
        return effect;
    }

    Occasions occasions() {
        return occasions;
    }

    boolean concerns(Operation operation, String name) {
        return (operations.isEmpty() || operations.contains(operation)) && name.contains(namePart);
    }
}
