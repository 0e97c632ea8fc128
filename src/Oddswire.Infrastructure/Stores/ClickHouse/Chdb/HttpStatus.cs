namespace Oddswire.Infrastructure.Stores.ClickHouse.Chdb;

/// <summary>The HTTP status that ClickHouse gives an error (<c>exceptionCodeToHTTPStatus</c>).</summary>
internal static class HttpStatus
{
    /// <summary>The status of an error code.</summary>
    public static int Of(int code) => code switch
    {
        // REQUIRED_PASSWORD
        194 => 401,

        // UNKNOWN_USER, WRONG_PASSWORD, AUTHENTICATION_FAILED, ACCESS_DENIED, READONLY
        192 or 193 or 516 or 497 or 164 => 403,

        // UNKNOWN_FUNCTION, UNKNOWN_IDENTIFIER, UNKNOWN_TYPE, UNKNOWN_STORAGE, UNKNOWN_TABLE, UNKNOWN_FORMAT, UNKNOWN_DATABASE, UNKNOWN_SETTING
        46 or 47 or 50 or 56 or 60 or 73 or 81 or 115 => 404,

        // Cannot parse …, SYNTAX_ERROR, INCORRECT_DATA, TYPE_MISMATCH, BAD_ARGUMENTS, UNKNOWN_ELEMENT_IN_AST, BAD_QUERY_PARAMETER, …
        6 or 26 or 27 or 33 or 36 or 38 or 41 or 42 or 43 or 53 or 62 or 63 or 69 or 70 or 72 or 117 or 130 or 131 or 184 or 215 or 441 or 456 or 457 or 467 or 675 => 400,

        // TOO_MANY_BYTES of a statement, QUERY_IS_TOO_LARGE
        307 or 161 => 413,

        // NOT_IMPLEMENTED
        48 => 501,

        // SOCKET_TIMEOUT, TIMEOUT_EXCEEDED
        209 or 159 => 408,
        _ => 500,
    };
}
