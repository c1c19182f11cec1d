/**
 * Protobuf messages as specs and statuses.
 *
 * <p>{@link dev.banyan.runtime.protobuf.ProtoCodec#of} takes a message type's default instance; the messages themselves are the values, as
 * they are immutable and need no mapping. The same bytes are stored, sent and documented by the schema.
 *
 * <p><b>Guarantees.</b> Equal messages have equal bytes. Fields that the schema of this program does not name survive a read and a write. A
 * value of an enum that it does not name is refused, however deep, and readers quarantine the object. <b>Caveats.</b> Needs protobuf-java on
 * the class path. A proto2 enum keeps unknown values among the unknown fields, where they are not seen: such schemas are taken as they are.
 */
@NullMarked
package dev.banyan.runtime.protobuf;

import org.jspecify.annotations.NullMarked;
