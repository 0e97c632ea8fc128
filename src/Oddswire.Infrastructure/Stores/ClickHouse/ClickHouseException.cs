using System.Globalization;
using System.Text.RegularExpressions;

namespace Oddswire.Infrastructure.Stores.ClickHouse;

/// <summary>ClickHouse reports an error, or cannot be reached.</summary>
/// <param name="code">ClickHouse's error code (<c>src/Common/ErrorCodes.cpp</c>); 0 when it was not reached.</param>
/// <param name="message">What it says.</param>
/// <param name="isTransient">Whether trying the same again may help. A transient failure of an insert may have inserted nothing, a part or all.</param>
public sealed partial class ClickHouseException(int code, string message, bool isTransient, Exception? inner = null)
    : Exception(message, inner)
{
    // TOO_SLOW, SOCKET_TIMEOUT, NETWORK_ERROR, TIMEOUT_EXCEEDED, TOO_MANY_SIMULTANEOUS_QUERIES, MEMORY_LIMIT_EXCEEDED,
    // TABLE_IS_READ_ONLY, NOT_ENOUGH_SPACE, TOO_MANY_PARTS, CANNOT_WRITE_TO_FILE_DESCRIPTOR, CANNOT_FSYNC, CANNOT_OPEN_FILE,
    // CANNOT_ALLOCATE_MEMORY, UNKNOWN_EXCEPTION, STD_EXCEPTION (the file system's own errors), ABORTED, CANNOT_SCHEDULE_TASK
    private static readonly HashSet<int> TransientCodes = [160, 209, 210, 159, 202, 241, 242, 243, 252, 75, 76, 173, 1002, 1001, 236, 439];

    /// <summary>ClickHouse's error code; 0 when it was not reached.</summary>
    public int Code { get; } = code;

    /// <summary>Whether trying the same again may help.</summary>
    public bool IsTransient { get; } = isTransient;

    /// <summary>Reads ClickHouse's own text: <c>Code: 60. DB::Exception: …</c>.</summary>
    public static ClickHouseException Parse(string text, Exception? inner = null)
    {
        var match = CodePattern().Match(text);
        var code = match.Success ? int.Parse(match.Groups["code"].ValueSpan, CultureInfo.InvariantCulture) : 0;
        return new ClickHouseException(code, text.Trim(), TransientCodes.Contains(code), inner);
    }

    [GeneratedRegex(@"Code:\s*(?<code>\d{1,6})", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodePattern();
}
