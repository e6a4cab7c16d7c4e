package io.gpusnapshot.storage.b2.emulator;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The faults of an emulator. Thread-safe. */
public final class Faults {
    private final List<InjectedFault> active = new CopyOnWriteArrayList<>();

    Faults() {}

    /** Has a fault strike from the next request on. */
    public InjectedFault inject(Fault fault) {
        InjectedFault injected = new InjectedFault(fault);
        active.add(injected);
        return injected;
    }

    /** Lifts all faults. */
    public void clear() {
        active.forEach(InjectedFault::lift);
        active.clear();
    }

    FaultRun strike(Operation operation, String name) {
        active.removeIf(InjectedFault::isLifted);
        return new FaultRun(
                operation,
                active.stream().filter(fault -> fault.strikes(operation, name)).toList());
    }
}
