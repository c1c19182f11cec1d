package dev.banyan.cli.inspect;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A message as maps, lists and plain values, under the names of its schema. Pure. */
final class MessageTree {
    private static final String ENVIRONMENT = "environment";
    private static final String NOT_SHOWN = "(not shown)";

    private MessageTree() {}

    /**
     * All fields that are set. Bytes are told by their number: they mean nothing to people. Of environments only the names are told: values
     * may be secrets.
     */
    static Map<String, Object> of(Message message) {
        var tree = new LinkedHashMap<String, Object>();
        message.getAllFields().forEach((field, value) -> tree.put(field.getName(), any(field, value)));
        return tree;
    }

    private static Object any(FieldDescriptor field, Object value) {
        if (field.isMapField()) {
            var map = map((List<?>) value);
            if (field.getName().equals(ENVIRONMENT)) {
                map.replaceAll((name, hidden) -> NOT_SHOWN);
            }
            return map;
        }
        if (field.isRepeated()) {
            var all = new ArrayList<Object>();
            ((List<?>) value).forEach(each -> all.add(one(each)));
            return all;
        }
        return one(value);
    }

    private static Map<String, Object> map(List<?> entries) {
        var map = new TreeMap<String, Object>();
        for (var entry : entries) {
            if (entry instanceof MapEntry<?, ?> pair) {
                map.put(String.valueOf(pair.getKey()), one(pair.getValue()));
            }
        }
        return map;
    }

    private static Object one(Object value) {
        return switch (value) {
            case Message message -> of(message);
            case EnumValueDescriptor word -> word.getName().toLowerCase(Locale.ROOT);
            case ByteString bytes -> bytes.size() + " bytes";
            default -> value;
        };
    }
}
