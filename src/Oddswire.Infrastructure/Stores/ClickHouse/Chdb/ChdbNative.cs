using System.Runtime.InteropServices;
using System.Text;

namespace Oddswire.Infrastructure.Stores.ClickHouse.Chdb;

/// <summary>The functions of libchdb (chDB 26.5, <c>chdb.h</c>) that are used, found once the library is loaded.</summary>
internal sealed unsafe partial class ChdbNative
{
    private const int SignalCount = 64;

    // struct sigaction is 152 bytes with glibc on x86-64; it is copied as it is.
    private const int SigactionSize = 256;

    public readonly delegate* unmanaged<int, byte**, void**> Connect;
    public readonly delegate* unmanaged<void**, void> CloseConnection;
    public readonly delegate* unmanaged<void*, byte*, nuint, byte*, nuint, byte**, nuint*, byte**, nuint*, nuint, void*> Query;
    public readonly delegate* unmanaged<void*, byte*, nuint, byte*, nuint, byte**, nuint*, byte**, nuint*, nuint, void*> StreamQuery;
    public readonly delegate* unmanaged<void*, void*, void*> StreamFetch;
    public readonly delegate* unmanaged<void*, void*, void> StreamCancel;
    public readonly delegate* unmanaged<void*, void> DestroyResult;
    public readonly delegate* unmanaged<void*, byte*> ResultBuffer;
    public readonly delegate* unmanaged<void*, nuint> ResultLength;
    public readonly delegate* unmanaged<void*, byte*> ResultError;
    public readonly delegate* unmanaged<void*, ulong> RowsRead;
    public readonly delegate* unmanaged<void*, ulong> BytesRead;
    public readonly delegate* unmanaged<void*, ulong> RowsWritten;
    public readonly delegate* unmanaged<void*, ulong> BytesWritten;

    public ChdbNative(string library)
    {
        var handle = NativeLibrary.Load(library);
        Connect = (delegate* unmanaged<int, byte**, void**>)NativeLibrary.GetExport(handle, "chdb_connect");
        CloseConnection = (delegate* unmanaged<void**, void>)NativeLibrary.GetExport(handle, "chdb_close_conn");
        Query = (delegate* unmanaged<void*, byte*, nuint, byte*, nuint, byte**, nuint*, byte**, nuint*, nuint, void*>)
            NativeLibrary.GetExport(handle, "chdb_query_with_params_n");
        StreamQuery = (delegate* unmanaged<void*, byte*, nuint, byte*, nuint, byte**, nuint*, byte**, nuint*, nuint, void*>)
            NativeLibrary.GetExport(handle, "chdb_stream_query_with_params_n");
        StreamFetch = (delegate* unmanaged<void*, void*, void*>)NativeLibrary.GetExport(handle, "chdb_stream_fetch_result");
        StreamCancel = (delegate* unmanaged<void*, void*, void>)NativeLibrary.GetExport(handle, "chdb_stream_cancel_query");
        DestroyResult = (delegate* unmanaged<void*, void>)NativeLibrary.GetExport(handle, "chdb_destroy_query_result");
        ResultBuffer = (delegate* unmanaged<void*, byte*>)NativeLibrary.GetExport(handle, "chdb_result_buffer");
        ResultLength = (delegate* unmanaged<void*, nuint>)NativeLibrary.GetExport(handle, "chdb_result_length");
        ResultError = (delegate* unmanaged<void*, byte*>)NativeLibrary.GetExport(handle, "chdb_result_error");
        RowsRead = (delegate* unmanaged<void*, ulong>)NativeLibrary.GetExport(handle, "chdb_result_storage_rows_read");
        BytesRead = (delegate* unmanaged<void*, ulong>)NativeLibrary.GetExport(handle, "chdb_result_storage_bytes_read");
        RowsWritten = (delegate* unmanaged<void*, ulong>)NativeLibrary.GetExport(handle, "chdb_result_rows_written");
        BytesWritten = (delegate* unmanaged<void*, ulong>)NativeLibrary.GetExport(handle, "chdb_result_bytes_written");
    }

    /// <summary>The process's signal handlers, to be put back after the engine has set its own in their place.</summary>
    public static byte[] SaveSignalHandlers()
    {
        var saved = new byte[(SignalCount + 1) * SigactionSize];
        fixed (byte* at = saved)
        {
            for (var signal = 1; signal <= SignalCount; signal++)
            {
                _ = SigAction(signal, null, at + (signal * SigactionSize));
            }
        }

        return saved;
    }

    /// <summary>Puts back what <see cref="SaveSignalHandlers"/> gave. Signals that cannot be changed are passed over.</summary>
    public static void RestoreSignalHandlers(byte[] saved)
    {
        fixed (byte* at = saved)
        {
            for (var signal = 1; signal <= SignalCount; signal++)
            {
                _ = SigAction(signal, at + (signal * SigactionSize), null);
            }
        }
    }

    /// <summary>An anonymous file in memory, for data that is handed to the engine by name.</summary>
    /// <exception cref="IOException">The system has none to give.</exception>
    public static Microsoft.Win32.SafeHandles.SafeFileHandle CreateMemoryFile(string name)
    {
        var descriptor = MemfdCreate(name, 1);
        return descriptor >= 0
            ? new Microsoft.Win32.SafeHandles.SafeFileHandle(descriptor, ownsHandle: true)
            : throw new IOException($"memfd_create failed with error {Marshal.GetLastPInvokeError()}.");
    }

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int SigAction(int signal, byte* replacement, byte* old);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemfdCreate(string name, uint flags);
}
