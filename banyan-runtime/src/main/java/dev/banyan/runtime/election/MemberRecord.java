package dev.banyan.runtime.election;

import dev.banyan.runtime.resource.Bytes;

/** What is stored in a member's object: which run of the process owns it, and a count that changes with every beat. */
record MemberRecord(String incarnation, long beat) {
    MemberRecord next() {
        return new MemberRecord(incarnation, beat + 1);
    }

    /** True for what a run writes when it joins, together with the view. */
    boolean first() {
        return beat == 0;
    }

    Bytes encode() {
        return Bytes.utf8(incarnation + " " + beat);
    }

    /** A record that cannot be read belongs to nobody, and its owner finds itself replaced. */
    static MemberRecord decode(Bytes bytes) {
        var parts = bytes.toUtf8().split(" ", 2);
        try {
            return new MemberRecord(parts[0], parts.length == 2 ? Long.parseLong(parts[1]) : 0);
        } catch (NumberFormatException malformed) {
            return new MemberRecord("", 0);
        }
    }
}
