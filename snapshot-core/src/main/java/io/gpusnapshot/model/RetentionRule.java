package io.gpusnapshot.model;

/**
 * Which snapshots to keep, per instance id; what no part of the rule keeps is deleted. A rule of nothing but zeros keeps
 * everything.
 *
 * @param last how many of the newest
 * @param daily of how many days, counted from the newest snapshot's, the last one of each; days are of UTC
 * @param weekly the same for ISO weeks
 * @param monthly the same for calendar months
 */
public record RetentionRule(int last, int daily, int weekly, int monthly) {
    /** Delete no snapshot. */
    public static final RetentionRule KEEP_ALL = new RetentionRule(0, 0, 0, 0);

    /**
     * @throws IllegalArgumentException if a number is negative
     */
    public RetentionRule {
        if (last < 0 || daily < 0 || weekly < 0 || monthly < 0) {
            throw new IllegalArgumentException("A retention rule has no negative numbers: last " + last + ", daily "
                    + daily + ", weekly " + weekly + ", monthly " + monthly);
        }
    }

    /** The rule that keeps the newest snapshots only. */
    public static RetentionRule ofLast(int last) {
        return new RetentionRule(last, 0, 0, 0);
    }

    public boolean keepsAll() {
        return last == 0 && daily == 0 && weekly == 0 && monthly == 0;
    }
}
