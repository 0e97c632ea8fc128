using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>
/// The native handle under a client of Confluent.Kafka, for the calls it does not offer (record batches without an object a record, the mock
/// cluster). It is an internal property there; the package's version is pinned, and a test fails when it moves.
/// </summary>
internal static class NativeHandles
{
    /// <summary>The native library, as Confluent.Kafka has loaded it.</summary>
    public const string Library = "librdkafka";

    private static readonly PropertyInfo Property = typeof(Handle).GetProperty("LibrdkafkaHandle", BindingFlags.Instance | BindingFlags.NonPublic)
        ?? throw new PlatformNotSupportedException("This version of Confluent.Kafka keeps its native handle elsewhere; use the pinned version.");

    /// <summary>The <c>rd_kafka_t*</c>; valid as long as the client is not disposed.</summary>
    public static nint Of(Handle handle) => ((SafeHandle)Property.GetValue(handle)!).DangerousGetHandle();

    /// <summary>The id of the cluster a client is connected to; null when no broker tells in time.</summary>
    public static unsafe string? ClusterId(Handle handle, TimeSpan timeout)
    {
        var client = Of(handle);
        var text = KafkaNative.ClusterId(client, (int)timeout.TotalMilliseconds);
        if (text is null)
        {
            return null;
        }

        var id = Marshal.PtrToStringUTF8((nint)text);
        KafkaNative.Free(client, text);
        return id;
    }
}
