using System.Runtime.InteropServices;

namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>The few calls of librdkafka that the hot path makes itself, from <c>rdkafka.h</c>.</summary>
internal static unsafe partial class KafkaNative
{
    public const int FlagCopy = 2;
    public const int PartitionEof = -191;
    public const int QueueFull = -184;
    private const string Library = NativeHandles.Library;

    /// <summary>What a value of <see cref="ProduceArgument"/> is.</summary>
    public enum Kind
    {
        TopicHandle = 2,
        Partition = 3,
        Value = 4,
        Key = 5,
        Flags = 7,
        Timestamp = 8,
        Headers = 10,
    }

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_new")]
    public static partial nint TopicNew(nint rk, byte* name, nint config);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_destroy")]
    public static partial void TopicDestroy(nint topic);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_name")]
    [SuppressGCTransition]
    public static partial byte* TopicName(nint topic);

    [LibraryImport(Library, EntryPoint = "rd_kafka_produceva")]
    public static partial nint Produce(nint rk, ProduceArgument* arguments, nuint count);

    [LibraryImport(Library, EntryPoint = "rd_kafka_outq_len")]
    public static partial int QueueLength(nint rk);

    [LibraryImport(Library, EntryPoint = "rd_kafka_fatal_error")]
    public static partial int FatalError(nint rk, byte* text, nuint size);

    [LibraryImport(Library, EntryPoint = "rd_kafka_error_code")]
    public static partial int ErrorCode(nint error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_error_string")]
    public static partial byte* ErrorText(nint error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_error_destroy")]
    public static partial void ErrorDestroy(nint error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_headers_new")]
    public static partial nint HeadersNew(nuint count);

    [LibraryImport(Library, EntryPoint = "rd_kafka_headers_destroy")]
    public static partial void HeadersDestroy(nint headers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_headers_copy")]
    public static partial nint HeadersCopy(nint headers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_header_add")]
    public static partial int HeaderAdd(nint headers, byte* name, nint nameSize, byte* value, nint valueSize);

    [LibraryImport(Library, EntryPoint = "rd_kafka_message_headers")]
    public static partial int MessageHeaders(Message* message, nint* headers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_header_get_all")]
    [SuppressGCTransition]
    public static partial int HeaderAt(nint headers, nuint index, byte** name, byte** value, nuint* size);

    [LibraryImport(Library, EntryPoint = "rd_kafka_message_timestamp")]
    [SuppressGCTransition]
    public static partial long MessageTimestamp(Message* message, int* kind);

    [LibraryImport(Library, EntryPoint = "rd_kafka_message_destroy")]
    public static partial void MessageDestroy(Message* message);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_get_consumer")]
    public static partial nint ConsumerQueue(nint rk);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_destroy")]
    public static partial void QueueDestroy(nint queue);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consume_batch_queue")]
    public static partial nint ConsumeBatch(nint queue, int timeoutMs, Message** messages, nuint size);

    [LibraryImport(Library, EntryPoint = "rd_kafka_clusterid")]
    public static partial byte* ClusterId(nint rk, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mem_free")]
    public static partial void Free(nint rk, byte* memory);

    /// <summary><c>rd_kafka_message_t</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Message
    {
        public int Error;
        public nint Topic;
        public int Partition;
        public byte* Payload;
        public nuint Size;
        public byte* Key;
        public nuint KeySize;
        public long Offset;
        public nint Private;
    }

    /// <summary><c>rd_kafka_vu_t</c>: one argument of a produce call.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 72)]
    public struct ProduceArgument
    {
        [FieldOffset(0)]
        public Kind Kind;

        [FieldOffset(8)]
        public nint Pointer;

        [FieldOffset(8)]
        public long Number;

        [FieldOffset(16)]
        public nuint Size;
    }
}
