package dev.banyan.agent.kept;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.banyan.api.wire.WireObjects;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Listing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A listing and whose it is, as bytes: owner, revision, number of objects, and each object as on the wire behind its length. Pure. */
final class ListingFormat {
    private ListingFormat() {}

    /** A listing that was read, and the owner that was written with it. */
    record Owned(String owner, Listing listing) {}

    static byte[] write(String owner, Listing listing) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeUTF(owner);
            out.writeLong(listing.revision());
            out.writeInt(listing.objects().size());
            for (var object : listing.objects()) {
                var encoded = WireObjects.object(object).toByteArray();
                out.writeInt(encoded.length);
                out.write(encoded);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException("memory does not refuse", impossible);
        }
        return bytes.toByteArray();
    }

    /** @throws IOException when the bytes are not what {@link #write} makes */
    static Owned read(byte[] bytes) throws IOException {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            var owner = in.readUTF();
            long revision = in.readLong();
            var objects = objects(in);
            if (in.available() > 0) {
                throw new IOException(in.available() + " bytes follow the last object");
            }
            return new Owned(owner, new Listing(revision, objects));
        }
    }

    private static List<StoredObject> objects(DataInputStream in) throws IOException {
        int count = in.readInt();
        var objects = new ArrayList<StoredObject>();
        for (int i = 0; i < count; i++) {
            int length = in.readInt();
            if (length < 0 || length > in.available()) {
                throw new IOException("object " + i + " is cut off");
            }
            objects.add(object(in.readNBytes(length)));
        }
        return objects;
    }

    private static StoredObject object(byte[] encoded) throws IOException {
        try {
            return WireObjects.object(dev.banyan.api.v1.Object.parseFrom(encoded));
        } catch (InvalidProtocolBufferException | IllegalArgumentException malformed) {
            throw new IOException("an object is malformed: " + malformed.getMessage(), malformed);
        }
    }
}
