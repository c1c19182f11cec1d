package dev.banyan.runtime.controller;

import dev.banyan.runtime.resource.ObjectKey;
import java.time.Instant;

/**
 * Something worth telling people about an object, counted.
 *
 * @param about the object it is about
 * @param severity how bad it is
 * @param reason CamelCase word a program may switch on
 * @param message a sentence for people
 * @param count how often it happened since {@code first}, from 1
 * @param first wall clock of the first time in this series
 * @param last wall clock of the latest time
 * @param series identifies the series: repeated tellings of one series are to replace each other
 */
public record RecordedEvent(
        ObjectKey about,
        Severity severity,
        String reason,
        String message,
        int count,
        Instant first,
        Instant last,
        String series) {
    /** How bad it is. */
    public enum Severity {
        /** As expected. */
        NORMAL,
        /** Someone may want to look. */
        WARNING
    }

    RecordedEvent saying(String other) {
        return new RecordedEvent(about, severity, reason, other, count, first, last, series);
    }

    /** The series with one more event at {@code when}, which says {@code latest}. */
    RecordedEvent again(Instant when, String latest) {
        return new RecordedEvent(about, severity, reason, latest, count + 1, first, when, series);
    }
}
