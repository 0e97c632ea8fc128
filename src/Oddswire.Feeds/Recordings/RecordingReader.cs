using System.IO.Compression;
using System.Security.Cryptography;

namespace Oddswire.Feeds.Recordings;

/// <summary>Reads recordings, plain or gzip (told by their first bytes, not their names), never more than a bound.</summary>
internal static class RecordingReader
{
    private const int BufferSize = 1 << 16;
    private const int FirstGuess = 1 << 16;

    /// <summary>The first bytes of the uncompressed content.</summary>
    /// <exception cref="RecordingException">It cannot be read.</exception>
    public static byte[] ReadHead(string path, int bytes) => Guard(path, () => Head(path, bytes));

    /// <summary>The whole uncompressed content.</summary>
    /// <exception cref="RecordingException">It cannot be read, is damaged, or is larger than <paramref name="maxBytes"/>.</exception>
    public static byte[] ReadAll(string path, int maxBytes) => Guard(path, () => All(path, maxBytes));

    /// <summary>Adds a file's stored bytes to a hash.</summary>
    /// <exception cref="RecordingException">It cannot be read.</exception>
    public static void AddTo(IncrementalHash hash, string path) => Guard(path, () => Add(hash, path));

    private static byte[] Head(string path, int bytes)
    {
        using var stream = Open(path, out _);
        var head = new byte[bytes];
        return head[..stream.ReadAtLeast(head, bytes, throwOnEndOfStream: false)];
    }

    private static byte[] All(string path, int maxBytes)
    {
        using var stream = Open(path, out var expected);
        if (expected > maxBytes)
        {
            // The size at the end of a truncated gzip file means nothing: count, without keeping.
            throw stream is GZipStream && EndsWithin(stream, maxBytes) ? new InvalidDataException("it ends too early") : TooLarge(path, expected, maxBytes);
        }

        var content = Content(stream, path, expected, maxBytes);
        return stream is not GZipStream || GzipTrailer.Fits(path, content) ? content : throw new InvalidDataException("it ends too early");
    }

    private static byte[] Content(Stream stream, string path, long expected, int maxBytes)
    {
        var content = new byte[expected > 0 ? expected : FirstGuess];
        var size = 0;
        while (true)
        {
            size += stream.ReadAtLeast(content.AsSpan(size), content.Length - size, throwOnEndOfStream: false);
            if (size < content.Length)
            {
                return content[..size];
            }

            // Full: it ends here, or the size announced was wrong and there is more.
            var next = stream.ReadByte();
            if (next < 0)
            {
                return content;
            }

            if (size >= maxBytes)
            {
                throw TooLarge(path, expected: null, maxBytes);
            }

            Array.Resize(ref content, (int)Math.Min(maxBytes, Math.Max(FirstGuess, content.Length * 2L)));
            content[size++] = (byte)next;
        }
    }

    private static bool Add(IncrementalHash hash, string path)
    {
        using var file = OpenStored(path);
        var buffer = new byte[BufferSize];
        for (var read = file.Read(buffer); read > 0; read = file.Read(buffer))
        {
            hash.AppendData(buffer, 0, read);
        }

        return true;
    }

    private static FileStream OpenStored(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferSize, FileOptions.SequentialScan);

    /// <summary>Opens the content; <paramref name="size"/> is its size as far as the file says it, 0 when unknown.</summary>
    private static Stream Open(string path, out long size)
    {
        // Pipes and devices have no length, and opening one could wait for ever.
        var length = new FileInfo(path).Length;
        if (length == 0)
        {
            throw new RecordingException("empty-file", $"'{path}' is empty (or not a regular file). Give a recorded game.");
        }

        var file = OpenStored(path);
        Span<byte> edge = stackalloc byte[4];
        if (file.ReadAtLeast(edge, 2, throwOnEndOfStream: false) < 2 || edge[0] != 0x1F || edge[1] != 0x8B)
        {
            file.Position = 0;
            size = length;
            return file;
        }

        // A gzip file ends in the size of its content, modulo 2^32.
        file.Position = Math.Max(0, length - 4);
        size = file.ReadAtLeast(edge, 4, throwOnEndOfStream: false) == 4 ? BitConverter.ToUInt32(edge) : 0;
        size = Math.Min(size, length * 1_032);
        file.Position = 0;
        return new GZipStream(file, CompressionMode.Decompress);
    }

    private static bool EndsWithin(Stream stream, long bytes)
    {
        var buffer = new byte[BufferSize];
        while (bytes >= 0)
        {
            var read = stream.Read(buffer);
            if (read == 0)
            {
                return true;
            }

            bytes -= read;
        }

        return false;
    }

    private static RecordingException TooLarge(string path, long? expected, int maxBytes) => new(
        "too-large",
        $"'{path}' holds {(expected is { } size ? $"{size:N0}" : $"more than {maxBytes:N0}")} bytes uncompressed; a recording has at most {maxBytes:N0}. "
        + "Is it a recorded game? If so, cut it into one file a game.");

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            throw new RecordingException("corrupt-gzip", $"'{path}' is a damaged or truncated gzip file ({e.Message}). Fetch or compress it again.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new RecordingException("no-permission", $"'{path}' may not be read by this user. Change its permissions (chmod a+r).", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new RecordingException("not-found", $"'{path}' does not exist. Give the path of a recording, or of a folder with recordings.", e);
        }
        catch (IOException e) when (e is not RecordingException)
        {
            throw new RecordingException("unreadable", $"'{path}' cannot be read: {e.Message}", e);
        }
    }
}
