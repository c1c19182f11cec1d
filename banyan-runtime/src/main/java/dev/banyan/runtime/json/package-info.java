/**
 * Records as JSON, for kinds whose specs and statuses are plain Java records.
 *
 * <p>{@link dev.banyan.runtime.json.JsonCodec#of} looks through a record type once: every component, however deep, must be of a type whose
 * values cannot change, and whatever is not is refused there, with its place and what to take instead. What it finds becomes one form for
 * each type, which writes and reads values of it from a stream of JSON tokens.
 *
 * <table>
 * <caption>How values look</caption>
 * <tr><th>Java</th><th>JSON</th></tr>
 * <tr><td>record</td><td>object, a field for each component; a field more only as said below</td></tr>
 * <tr><td>{@code boolean}, {@code int}, {@code long}, {@code double}, their boxes, {@code String}</td><td>boolean, number, string</td></tr>
 * <tr><td>enum</td><td>string, the constant's name</td></tr>
 * <tr><td>{@code Instant}, {@code Duration}</td><td>string in ISO 8601, such as {@code 2026-11-21T10:00:00Z} and {@code PT1.5S}</td></tr>
 * <tr><td>{@code Bytes}</td><td>string in Base64</td></tr>
 * <tr><td>{@code Optional}, {@code List}, {@code Map} with texts or an enum as keys</td><td>the value, array, object; left out when empty</td></tr>
 * <tr><td>sealed interface of records</td><td>object with one field: the record's simple name, and the record</td></tr>
 * </table>
 *
 * <p><b>Guarantees.</b> Equal values have equal bytes: fields come in the order of the components, keys of maps are sorted. Decoding is strict:
 * a missing component that is no {@code Optional}, {@code List} or {@code Map}, a value of another type, a constant or alternative that is
 * not known, a field that comes twice: a {@link dev.banyan.runtime.resource.DecodeException} names the path, and readers quarantine the
 * object. A component that is added and left empty changes no bytes, and so no generation.
 *
 * <p><b>Versions.</b> A field that the record does not have was written by a newer program. If an older one read the object without it and
 * wrote it back, the field would be gone, and nobody would know. So such an object is refused like any other that is not understood, unless
 * the record says what to do: with a component of type {@link dev.banyan.runtime.json.UnknownFields} it keeps what it does not know and writes
 * it back; a codec made by {@link dev.banyan.runtime.json.JsonCodec#ignoringUnknownFields} drops it, which is right for those who only read
 * that half of their objects. A constant of an enum that is not known is always refused: there is no default that somebody meant.
 *
 * <p>Needs gson on the class path, which nothing else of this library does.
 */
@NullMarked
package dev.banyan.runtime.json;

import org.jspecify.annotations.NullMarked;
