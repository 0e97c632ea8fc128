using System.Runtime.InteropServices;

namespace Oddswire.Infrastructure.Stores.ClickHouse.Chdb;

/// <summary>What a statement gave, in the engine's memory until it is disposed of.</summary>
public sealed unsafe class ChdbResult : IDisposable
{
    private readonly ChdbNative _native;
    private void* _result;

    private ChdbResult(ChdbNative native, void* result)
    {
        _native = native;
        _result = result;
    }

    /// <summary>The bytes, in the format asked for.</summary>
    public ReadOnlySpan<byte> Bytes => new(_native.ResultBuffer(_result), checked((int)_native.ResultLength(_result)));

    /// <summary>Length in bytes, which may be beyond what a span can hold.</summary>
    public long Length => (long)_native.ResultLength(_result);

    /// <summary>Rows read from tables.</summary>
    public ulong RowsRead => _native.RowsRead(_result);

    /// <summary>Bytes read from tables, uncompressed.</summary>
    public ulong BytesRead => _native.BytesRead(_result);

    /// <summary>Rows written to tables.</summary>
    public ulong RowsWritten => _native.RowsWritten(_result);

    /// <summary>Bytes written to tables, uncompressed.</summary>
    public ulong BytesWritten => _native.BytesWritten(_result);

    internal void* Handle => _result;

    /// <summary>A part of the bytes: <paramref name="from"/> up to <paramref name="size"/> further on.</summary>
    public ReadOnlySpan<byte> Slice(long from, int size) => new(_native.ResultBuffer(_result) + from, size);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_result is not null)
        {
            _native.DestroyResult(_result);
            _result = null;
        }
    }

    internal static ChdbResult Of(ChdbNative native, void* result)
    {
        if (result is null)
        {
            throw new ClickHouseException(0, "The engine gave neither a result nor an error.", isTransient: true);
        }

        var error = native.ResultError(result);
        if (error is null)
        {
            return new ChdbResult(native, result);
        }

        var text = Marshal.PtrToStringUTF8((nint)error) ?? "";
        native.DestroyResult(result);
        throw ClickHouseException.Parse(text);
    }
}

/// <summary>A result that comes in pieces. Used by one thread at a time.</summary>
public sealed unsafe class ChdbCursor : IDisposable
{
    private readonly ChdbNative _native;
    private readonly void* _connection;
    private readonly ChdbResult _head;
    private bool _ended;

    internal ChdbCursor(ChdbNative native, void* connection, ChdbResult head)
    {
        _native = native;
        _connection = connection;
        _head = head;
    }

    /// <summary>The next piece, or null at the end.</summary>
    /// <exception cref="ClickHouseException">The query failed on the way.</exception>
    public ChdbResult? Next()
    {
        if (_ended)
        {
            return null;
        }

        ChdbResult piece;
        try
        {
            piece = ChdbResult.Of(_native, _native.StreamFetch(_connection, _head.Handle));
        }
        catch (ClickHouseException)
        {
            _ended = true;
            throw;
        }

        if (piece.Length > 0)
        {
            return piece;
        }

        piece.Dispose();
        _ended = true;
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_ended)
        {
            _native.StreamCancel(_connection, _head.Handle);
        }

        _head.Dispose();
    }
}
