using System.Runtime.InteropServices;
using System.Text;

namespace Oddswire.Infrastructure.Stores.ClickHouse.Chdb;

/// <summary>
/// The ClickHouse engine inside this process, on one data folder. Every connection is a session of its own: settings and
/// current database of one do not touch another, and they run side by side. Only one process may open a folder.
/// </summary>
public sealed unsafe class ChdbEngine : IDisposable
{
    private readonly ChdbNative _native;
    private readonly string[] _arguments;
    private readonly byte[] _signalHandlers;
    private readonly ChdbConnection _anchor;

    private ChdbEngine(ChdbNative native, string[] arguments, byte[] signalHandlers)
    {
        _native = native;
        _arguments = arguments;
        _signalHandlers = signalHandlers;
        _anchor = Connect();
    }

    /// <summary>Loads the library and opens the folder, which is made where it does not exist.</summary>
    /// <param name="library">Path of libchdb.so.</param>
    /// <param name="folder">The data folder of the engine.</param>
    /// <exception cref="DllNotFoundException">The library cannot be loaded.</exception>
    /// <exception cref="ClickHouseException">The folder cannot be opened, for example because another process has it.</exception>
    public static ChdbEngine Open(string library, string folder)
    {
        Directory.CreateDirectory(folder);
        RemoveEmptyDefinitions(folder);
        var handlers = ChdbNative.SaveSignalHandlers();
        return new ChdbEngine(new ChdbNative(library), ["clickhouse", $"--path={Path.GetFullPath(folder)}"], handlers);
    }

    /// <summary>
    /// The creation of a table that breaks off on a full disk leaves an empty definition, with which the engine never starts again. Such a table has
    /// never held a row, and is created again.
    /// </summary>
    private static void RemoveEmptyDefinitions(string folder)
    {
        var store = Path.Combine(folder, "store");
        var databases = Directory.Exists(store) ? Directory.EnumerateDirectories(store).SelectMany(Directory.EnumerateDirectories) : [];
        foreach (var file in databases.SelectMany(database => new DirectoryInfo(database).EnumerateFiles("*.sql")).Where(file => file.Length == 0))
        {
            file.Delete();
        }
    }

    /// <summary>Opens a session; it takes a tenth of a millisecond.</summary>
    /// <exception cref="ClickHouseException">The engine refuses.</exception>
    public ChdbConnection Connect()
    {
        var pointers = stackalloc byte*[_arguments.Length];
        for (var i = 0; i < _arguments.Length; i++)
        {
            pointers[i] = (byte*)Marshal.StringToCoTaskMemUTF8(_arguments[i]);
        }

        try
        {
            var connection = _native.Connect(_arguments.Length, pointers);

            // The engine's handlers turn a NullReferenceException of the runtime into the end of the process.
            ChdbNative.RestoreSignalHandlers(_signalHandlers);
            return connection is null
                ? throw new ClickHouseException(
                    0, $"The archive's folder ({_arguments[1]["--path=".Length..]}) cannot be opened; another process may have it.", isTransient: true)
                : new ChdbConnection(_native, connection);
        }
        finally
        {
            for (var i = 0; i < _arguments.Length; i++)
            {
                Marshal.FreeCoTaskMem((nint)pointers[i]);
            }
        }
    }

    /// <summary>Closes the folder; every other connection must be closed before.</summary>
    public void Dispose() => _anchor.Dispose();
}

/// <summary>A session of the engine. Used by one thread at a time.</summary>
public sealed unsafe class ChdbConnection : IDisposable
{
    private readonly ChdbNative _native;
    private void** _connection;

    internal ChdbConnection(ChdbNative native, void** connection)
    {
        _native = native;
        _connection = connection;
    }

    /// <summary>Runs a statement and gives its whole result.</summary>
    /// <param name="sql">The statement, in UTF-8.</param>
    /// <param name="format">The format where the statement names none.</param>
    /// <param name="parameters">Values of <c>{name:Type}</c>, written as TabSeparated fields.</param>
    /// <exception cref="ClickHouseException">The engine reports an error.</exception>
    public ChdbResult Query(ReadOnlySpan<byte> sql, string format, IReadOnlyList<KeyValuePair<string, string>> parameters) =>
        ChdbResult.Of(_native, Call(_native.Query, sql, format, parameters));

    /// <summary>Runs a statement that gives no rows.</summary>
    /// <exception cref="ClickHouseException">The engine reports an error.</exception>
    public void Execute(string sql) => Query(Encoding.UTF8.GetBytes(sql), "TabSeparated", []).Dispose();

    /// <summary>Begins a query whose result is fetched in pieces; <see cref="ChdbCursor.Next"/> gives them.</summary>
    /// <exception cref="ClickHouseException">The engine reports an error.</exception>
    public ChdbCursor Stream(ReadOnlySpan<byte> sql, string format, IReadOnlyList<KeyValuePair<string, string>> parameters) =>
        new(_native, *_connection, ChdbResult.Of(_native, Call(_native.StreamQuery, sql, format, parameters)));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_connection is not null)
        {
            _native.CloseConnection(_connection);
            _connection = null;
        }
    }

    private void* Call(
        delegate* unmanaged<void*, byte*, nuint, byte*, nuint, byte**, nuint*, byte**, nuint*, nuint, void*> function,
        ReadOnlySpan<byte> sql,
        string format,
        IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        var formatBytes = ChdbNative.Utf8(format);
        var count = parameters.Count;
        var texts = stackalloc byte*[count * 2];
        var sizes = stackalloc nuint[count * 2];
        var pins = new List<GCHandle>(count * 2);
        try
        {
            for (var i = 0; i < count * 2; i++)
            {
                var bytes = ChdbNative.Utf8(i < count ? parameters[i].Key : parameters[i - count].Value);
                var pin = GCHandle.Alloc(bytes, GCHandleType.Pinned);
                pins.Add(pin);
                texts[i] = (byte*)pin.AddrOfPinnedObject();
                sizes[i] = (nuint)bytes.Length;
            }

            fixed (byte* query = sql)
            fixed (byte* formatText = formatBytes)
            {
                return function(
                    *_connection, query, (nuint)sql.Length, formatText, (nuint)formatBytes.Length, texts, sizes, texts + count, sizes + count, (nuint)count);
            }
        }
        finally
        {
            pins.ForEach(pin => pin.Free());
        }
    }
}
