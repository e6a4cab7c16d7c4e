package io.gpusnapshot.storage.b2.emulator;

/**
 * Which of the requests that a fault concerns it strikes: none of the first, then the last of every so many, until it has
 * struck often enough.
 */
record Occasions(int skip, int every, int times) {
    static final Occasions ALL = new Occasions(0, 1, Integer.MAX_VALUE);

    Occasions {
        if (every < 1) {
            throw new IllegalArgumentException("a fault strikes one of one or more requests, not of " + every);
        }
    }

    Occasions skipping(int requests) {
        return new Occasions(requests, every, times);
    }

    Occasions every(int requests) {
        return new Occasions(skip, requests, times);
    }

    Occasions times(int requests) {
        return new Occasions(skip, every, requests);
    }

    /** Whether it is one of them that comes after so many others, of which so many were struck. */
    boolean include(int before, int struck) {
        return before >= skip && (before - skip) % every == every - 1 && struck < times;
    }
}
