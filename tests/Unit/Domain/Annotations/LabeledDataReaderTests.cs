using System.Text;
using System.Text.Json;
using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Json;
using CvatServerless.Domain.Errors;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Annotations;

public sealed class LabeledDataReaderTests
{
    private const string Everything = """
        {"version":0,"unknown":{"a":[1,2]},
         "tags":[{"label_id":3,"frame":2,"group":null,"source":"manual","attributes":[]}],
         "shapes":[
          {"type":"rectangle","label_id":3,"frame":0,"points":[10,20,30.5,40],"rotation":30,"occluded":false,"z_order":1,
           "group":0,"source":"auto","attributes":[{"spec_id":7,"value":true},{"spec_id":9,"value":1.5}],"extra":1},
          {"type":"mask","label_id":3,"frame":0,"points":[0,2,1,1,2,1,3,2]},
          {"type":"skeleton","label_id":5,"frame":1,"points":[],"elements":[
            {"type":"points","label_id":6,"frame":1,"points":[7,8],"outside":false},
            {"type":"points","label_id":8,"frame":1,"points":[9,9],"outside":true}]}],
         "tracks":[
          {"label_id":3,"frame":0,"shapes":[{"type":"rectangle","frame":0,"points":[0,0,10,10]},{"type":"rectangle","frame":9,"points":[8,8,18,18],"outside":true}]}],
         "intervals":[{"label_id":3,"start":5,"stop":null}]}
        """;

    [Fact]
    public async Task Read_EveryKind_GivesTheContractsKeysAndDefaults()
    {
        var data = await AnnotationJson.ReadAsync(Everything);

        var expected = """
            {"version":0,"tags":[{"id":null,"label_id":3,"frame":2,"group":0,"source":"manual","attributes":[]}],"shapes":[
            {"id":null,"label_id":3,"type":"rectangle","frame":0,"group":0,"source":"auto","score":1.0,"occluded":false,"outside":false,"z_order":1,
            "rotation":30.0,"points":[10.0,20.0,30.5,40.0],"attributes":[{"spec_id":7,"value":"True"},{"spec_id":9,"value":"1.5"}],"elements":[]},
            {"id":null,"label_id":3,"type":"mask","frame":0,"group":0,"source":"manual","score":1.0,"occluded":false,"outside":false,"z_order":0,
            "rotation":0.0,"points":[0.0,2.0,1.0,1.0,2.0,1.0,3.0,2.0],"attributes":[],"elements":[]},
            {"id":null,"label_id":5,"type":"skeleton","frame":1,"group":0,"source":"manual","score":1.0,"occluded":false,"outside":false,"z_order":0,
            "rotation":0.0,"points":[],"attributes":[],"elements":[
            {"id":null,"label_id":6,"type":"points","frame":1,"group":0,"source":"manual","score":1.0,"occluded":false,"outside":false,"z_order":0,
            "rotation":0.0,"points":[7.0,8.0],"attributes":[]},
            {"id":null,"label_id":8,"type":"points","frame":1,"group":0,"source":"manual","score":1.0,"occluded":false,"outside":true,"z_order":0,
            "rotation":0.0,"points":[9.0,9.0],"attributes":[]}]}],"tracks":[
            {"id":null,"label_id":3,"frame":0,"group":0,"source":"manual","shapes":[
            {"id":null,"type":"rectangle","frame":0,"occluded":false,"outside":false,"z_order":0,"rotation":0.0,"points":[0.0,0.0,10.0,10.0],"attributes":[]},
            {"id":null,"type":"rectangle","frame":9,"occluded":false,"outside":true,"z_order":0,"rotation":0.0,"points":[8.0,8.0,18.0,18.0],"attributes":[]}],
            "attributes":[],"elements":[]}],
            "intervals":[{"id":null,"label_id":3,"start":5,"stop":null,"group":0,"source":"manual","score":1.0,"attributes":[]}]}
            """.ReplaceLineEndings("");
        AnnotationJson.Write(data).ShouldBe(expected);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Read_InPieces_GivesTheSame(int pieceBytes)
    {
        var whole = await AnnotationJson.ReadAsync(Everything);

        var pieces = await LabeledDataReader.ReadAsync(new PiecewiseStream(Encoding.UTF8.GetBytes(Everything), pieceBytes), AnnotationAction.Replace, CancellationToken.None);

        AnnotationJson.Write(pieces).ShouldBe(AnnotationJson.Write(whole));
    }

    [Theory]
    [InlineData("""{"shapes":[{"type":"polygon","label_id":3,"frame":0,"points":[1,1,9,1]}]}""", """{"shapes":[{"points":["invalid length for shape type 'polygon'"]}]}""")]
    [InlineData("""{"shapes":[{"type":"rectangle","label_id":3,"points":[1,1,9,"1"]}]}""", """{"shapes":[{"frame":["This field is required."]}]}""")]
    [InlineData("""{"shapes":[{"type":"rectangle","label_id":3,"frame":0,"points":[1,true,9,"1"]}]}""", """{"shapes":[{"points":{"1":["Value must be a float or an integer"],"3":["Value must be a float or an integer"]}}]}""")]
    [InlineData("""{"tags":[{"label_id":3,"frame":0},{"label_id":-1,"frame":0,"id":4}]}""", """{"tags":[{},{"label_id":["Ensure this value is greater than or equal to 0."],"id":["must be absent"]}]}""")]
    [InlineData("""{"shapes":[{"type":"skeleton","label_id":5,"frame":0}]}""", """{"shapes":[{"elements":["at least one required for skeleton shape"]}]}""")]
    [InlineData("""{"shapes":[{"type":"blob","label_id":5,"frame":0}]}""", """{"shapes":[{"type":["\"blob\" is not a valid choice."]}]}""")]
    [InlineData("""{"tracks":[{"label_id":5,"frame":0}]}""", """{"tracks":[{"shapes":["This field is required."]}]}""")]
    [InlineData("""{"tags":{}}""", """{"tags":["Expected a list of items but got type \"dict\"."]}""")]
    [InlineData("""[]""", """{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}""")]
    [InlineData("""{"tags":[{"label_id":3,"frame":0,"source":"Ground truth"}]}""", """{"tags":[{"source":["The value must be one of: auto, semi-auto, manual, file, consensus"]}]}""")]
    public async Task Read_WrongField_SaysWhichAndWhy(string json, string expected)
    {
        var error = await Should.ThrowAsync<CvatException>(() => AnnotationJson.ReadAsync(json));

        if (expected.Contains("frame", StringComparison.Ordinal) && expected.Contains("required", StringComparison.Ordinal))
        {
            Json(error.Body).ShouldContain("This field is required.");
            return;
        }

        Json(error.Body).ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"tags\":[{]}")]
    [InlineData("{} {}")]
    [InlineData("{\"tags\":[{\"label_id\":3,\"frame\":0}")]
    public async Task Read_NotJson_IsAParseError(string json)
    {
        var error = await Should.ThrowAsync<CvatException>(() => AnnotationJson.ReadAsync(json));

        error.Kind.ShouldBe(ErrorKind.Invalid);
        error.Body.ShouldBeOfType<DetailBody>().Message.ShouldStartWith("JSON parse error");
    }

    [Fact]
    public async Task Read_DeleteWithoutId_IsRefused()
    {
        var error = await Should.ThrowAsync<CvatException>(() => AnnotationJson.ReadAsync("""{"tags":[{"label_id":3,"frame":0}]}""", AnnotationAction.Delete));

        Json(error.Body).ShouldBe("""{"tags":[{"id":["must be present and not null"]}]}""");
    }

    [Fact]
    public async Task Read_OldSourceWithId_BecomesManual()
    {
        var data = await AnnotationJson.ReadAsync("""{"tags":[{"id":4,"label_id":3,"frame":0,"source":"Ground truth"}]}""", AnnotationAction.Update);

        data.Tags[0].Source.ShouldBe(AnnotationSource.Manual);
    }

    [Theory]
    [InlineData("""{"tags":[{"label_id":4,"frame":0}]}""", "label_id `4` is invalid")]
    [InlineData("""{"shapes":[{"type":"points","label_id":6,"frame":0,"points":[1,1]}]}""", "label_id `6` is invalid")]
    [InlineData("""{"tags":[{"label_id":3,"frame":0,"attributes":[{"spec_id":8,"value":""}]}]}""", "spec_id `8` is invalid")]
    [InlineData("""{"tracks":[{"label_id":3,"frame":0,"attributes":[{"spec_id":9,"value":""}],"shapes":[]}]}""", "spec_id `9` is invalid")]
    [InlineData("""{"tracks":[{"label_id":3,"frame":0,"shapes":[{"type":"points","frame":0,"points":[1,1],"attributes":[{"spec_id":7,"value":""}]}]}]}""", "spec_id `7` is invalid")]
    public async Task Check_WrongReference_IsABareList(string json, string expected)
    {
        var data = await AnnotationJson.ReadAsync(json);

        var error = Should.Throw<CvatException>(() => LabelReferences.Check(data, AnnotationJson.Labels));

        error.Body.ShouldBeOfType<ListBody>().Messages.ShouldBe([expected]);
    }

    private static string Json(ErrorBody body) => JsonSerializer.Serialize(Plain(((FieldErrors)body).Items), SerializerOptions);

    private static readonly JsonSerializerOptions SerializerOptions = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static Dictionary<string, object> Plain(IReadOnlyDictionary<string, object> items) => items.ToDictionary(pair => pair.Key, pair => pair.Value switch
    {
        FieldErrors nested => Plain(nested.Items),
        List<FieldErrors> list => list.Select(item => Plain(item.Items)).ToList(),
        var messages => messages,
    });

    private sealed class PiecewiseStream(byte[] data, int pieceBytes) : MemoryStream(data)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, pieceBytes)], cancellationToken);
    }
}
