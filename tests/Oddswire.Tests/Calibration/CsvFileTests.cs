using System.IO.Compression;
using System.Text;
using Oddswire.Calibration;
using Oddswire.Calibration.Data;

namespace Oddswire.Tests.Calibration;

/// <summary>Other people's CSV files.</summary>
public sealed class CsvFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"oddswire-csv-{Guid.NewGuid():N}.csv");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_byte_order_mark_crlf_blanks_in_names_and_NA_are_understood()
    {
        using var file = Open("\uFEFFa, b ,c\r\n1,NA,x\r\n\r\n2,3.5,\r\n");

        file.Next().ShouldBeTrue();
        (file.Int("a"), file.Number("b"), file["c"]).ShouldBe((1, null, "x"));
        file.Next().ShouldBeTrue();
        (file.Int("a"), file.Number("b"), file["c"]).ShouldBe((2, 3.5, ""));
        file.Next().ShouldBeFalse();
    }

    [Fact]
    public void Quoted_fields_may_hold_commas_quotes_and_line_breaks_and_lines_are_still_counted()
    {
        using var file = Open("a,b\n\"one, \"\"two\"\"\nthree\",2\n4,x\n");

        file.Next();
        file["a"].ShouldBe("one, \"two\"\nthree");
        file["b"].ShouldBe("2");
        file.Next();
        file.Place.ShouldBe($"{_path}:4");
        Should.Throw<CalibrationException>(() => file.Number("b")).Message.ShouldBe($"{_path}:4: b 'x' is not a number.");
    }

    [Fact]
    public void Gzip_is_told_by_its_bytes_not_by_its_name()
    {
        using (var gzip = new GZipStream(File.Create(_path), CompressionLevel.Fastest))
        {
            gzip.Write("a\n7\n"u8);
        }

        using var file = new CsvFile(_path);
        file.Next();
        file.Int("a").ShouldBe(7);
    }

    [Fact]
    public void A_missing_column_is_named_with_the_one_that_was_probably_meant()
    {
        using var file = Open("game_id,pay_id\nx,1\n");
        file.Next();

        Should.Throw<CalibrationException>(() => file["play_id"]).Message.ShouldBe($"{_path} has no column 'play_id' (is 'pay_id' meant to be it?).");
        file.Optional("posteam").ShouldBe("");
        file.OptionalNumber("down").ShouldBeNull();
    }

    [Theory]
    [InlineData("a,b\n1\n", "2: the row has 1 fields, the header 2.")]
    [InlineData("a,b\n1,2,3\n", "2: the row has 3 fields, the header 2.")]
    [InlineData("a,b\n1,\"2\n", "2: a quoted field does not end.")]
    [InlineData("a,b\n1,\"2\"x\n", "2: a quoted field continues after its closing quote.")]
    public void A_row_that_makes_no_sense_is_refused_with_its_line(string text, string error)
    {
        using var file = Open(text);

        Should.Throw<CalibrationException>(() => file.Next()).Message.ShouldBe($"{_path}:{error}");
    }

    [Fact]
    public void A_file_that_is_not_there_or_empty_is_an_error_for_the_user()
    {
        Should.Throw<CalibrationException>(() => new CsvFile(_path)).Message.ShouldContain("cannot be read");
        Should.Throw<CalibrationException>(() => Open("")).Message.ShouldEndWith("is empty.");
    }

    private CsvFile Open(string text)
    {
        File.WriteAllText(_path, text, new UTF8Encoding(false));
        return new CsvFile(_path);
    }
}
