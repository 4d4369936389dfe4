import JSON
import OpenAPI
import Testing

@Suite struct DocumentTests {
    private func document(_ paths: JSONValue, components: JSONValue = [:]) throws(DocumentError) -> Document {
        try Document(["openapi": "3.1.0", "paths": paths, "components": components])
    }

    private func schema(_ schema: JSONValue, _ schemas: JSONValue) throws(DocumentError) -> JSONValue? {
        let paths: JSONValue = [
            "/x": [
                "get": [
                    "operationId": "x", "parameters": [["name": "a", "in": "query", "schema": schema]],
                    "responses": [:],
                ]
            ]
        ]
        return try document(paths, components: ["schemas": schemas]).operations.first?.parameters.first?.schema
    }

    @Test func `operations come with their parameters, body and answers resolved`() throws {
        let text = ##"""
            {"openapi":"3.1.0","paths":{"/v1/things/{id}":{
              "parameters":[{"$ref":"#/components/parameters/Id"},{"name":"q","in":"query","schema":{"type":"string"}}],
              "patch":{"operationId":"change","summary":"Change","parameters":[
                {"name":"q","in":"query","required":true,"description":"Own","schema":{"type":"integer"}}],
                "requestBody":{"$ref":"#/components/requestBodies/Change"},
                "responses":{"204":{"description":"Gone"},"default":{"description":"x"},
                  "200":{"$ref":"#/components/responses/Thing"}}}}},
             "components":{
              "parameters":{"Id":{"name":"id","in":"path","required":true,"schema":{"$ref":"#/components/schemas/Id"}}},
              "requestBodies":{"Change":{"required":true,"content":{"application/json":{"schema":{"type":"object"}}}}},
              "responses":{"Thing":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Thing"}}}}},
              "schemas":{"Id":{"type":"string"},
                "Thing":{"type":"object","properties":{"$ref":{"$ref":"#/components/schemas/Id"}}}}}}
            """##
        let operation = try #require(try Document(try JSONValue(parsing: text)).operations.first)
        #expect(operation.id == "change" && operation.method == "PATCH" && operation.path == "/v1/things/{id}")
        #expect(operation.parameters.map(\.name) == ["id", "q"])
        #expect(operation.parameters.map(\.isRequired) == [true, true])
        #expect(operation.parameters.map(\.schema) == [["type": "string"], ["type": "integer"]])
        #expect(operation.body?.isRequired == true && operation.body?.schema == ["type": "object"])
        #expect(operation.responses.map(\.status) == [200, 204])
        #expect(operation.responses.first?.schema == ["type": "object", "properties": ["$ref": ["type": "string"]]])
        #expect(operation.responses.last?.schema == nil)
    }

    @Test func `annotations beside a reference replace the target's`() throws {
        let result = try schema(
            ["$ref": "#/components/schemas/A", "description": "new"], ["A": ["type": "string", "description": "old"]])
        #expect(result == ["type": "string", "description": "new"])
    }

    @Test func `assertions beside a reference hold as well as the target's`() throws {
        let result = try schema(
            ["$ref": "#/components/schemas/A", "maximum": 5, "allOf": [["minimum": 2]]],
            ["A": ["type": "integer", "maximum": 9]])
        #expect(result == ["maximum": 5, "allOf": [["type": "integer", "maximum": 9], ["minimum": 2]]])
    }

    @Test func `data that looks like a reference is left alone`() throws {
        let value: JSONValue = ["enum": [["$ref": "#/nowhere"]], "examples": [["$ref": "#/nowhere"]]]
        #expect(try schema(value, [:]) == value)
    }

    @Test func `definitions are gone once they are resolved`() throws {
        let result = try schema(
            ["$ref": "#/components/schemas/A"],
            ["A": ["$ref": "#/components/schemas/A/$defs/b", "$defs": ["b": ["type": "null"]]]])
        #expect(result == ["type": "null"])
    }

    @Test(
        arguments: [
            (["A": ["$ref": "#/components/schemas/A"]], "a cycle of references through #/components/schemas/A"),
            (
                [
                    "A": ["properties": ["b": ["$ref": "#/components/schemas/B"]]],
                    "B": ["items": ["$ref": "#/components/schemas/A"]],
                ],
                "a cycle of references through #/components/schemas/A"
            ),
            (["B": true], "#/components/schemas/A names nothing"),
            (["A": ["$ref": "other.json#/A"]], "other.json#/A is not a reference into this document"),
            (["A": ["$ref": 5]], "a $ref must be a string"),
            (["A": 5], "a schema must be an object or a Boolean"),
            (["A": ["items": []]], "a schema must be an object or a Boolean"),
        ] as [(JSONValue, String)])
    func `a reference that cannot be followed is an error`(schemas: JSONValue, reason: String) {
        #expect { try schema(["$ref": "#/components/schemas/A"], schemas) } throws: { error in
            (error as? DocumentError)?.reason == reason
        }
    }

    @Test func `a document that unfolds without end is refused`() throws {
        var schemas: JSONObject = ["30": true]
        for level in 0..<30 {
            let next: JSONValue = ["$ref": .string("#/components/schemas/\(level + 1)")]
            schemas[String(level)] = ["allOf": [next, next]]
        }
        #expect(throws: DocumentError.self) { try schema(["$ref": "#/components/schemas/0"], .object(schemas)) }
    }

    @Test func `a schema that nests without end is refused`() throws {
        var nested: JSONValue = true
        for _ in 0..<60 { nested = ["items": nested] }
        #expect(throws: DocumentError.self) { try schema(nested, [:]) }
    }

    @Test(arguments: [
        (#"{"openapi":"3.0.3","paths":{}}"#, "#/openapi: must be 3.1"),
        (#"{"openapi":"3.1.0"}"#, "#/paths: must be an object"),
        (#"{"openapi":"3.1.0","paths":{"/x":5}}"#, "#/paths/~1x: must be an object"),
        (#"{"openapi":"3.1.0","paths":{"/x":{"get":{"responses":{}}}}}"#, "#/paths/~1x/get: has no operationId"),
        (
            #"{"openapi":"3.1.0","paths":{"/x":{"get":{"operationId":"a"}}}}"#,
            "#/paths/~1x/get/responses: must be an object"
        ),
        (
            #"{"openapi":"3.1.0","paths":{"/x/{id}":{"get":{"operationId":"a","responses":{}}}}}"#,
            "#/paths/~1x~1{id}/get: the placeholders of its path are not its path parameters"
        ),
        (
            #"{"openapi":"3.1.0","paths":{"/x":{"get":{"operationId":"a","responses":{},"parameters":[{"name":"b","in":"body"}]}}}}"#,
            "#/paths/~1x/get/parameters/0/in: must be path, query, header or cookie"
        ),
        (
            #"{"openapi":"3.1.0","paths":{"/x":{"get":{"operationId":"a","responses":{},"parameters":[{"name":"b","in":"query","style":"pipeDelimited","schema":true}]}}}}"#,
            "#/paths/~1x/get/parameters/0: a style other than OpenAPI's default is not supported"
        ),
        (
            #"{"openapi":"3.1.0","paths":{"/x":{"post":{"operationId":"a","responses":{},"requestBody":{"content":{"text/plain":{}}}}}}}"#,
            "#/paths/~1x/post/requestBody/content/application~1json/schema: only JSON content with a schema is supported"
        ),
        (
            #"{"openapi":"3.1.0","paths":{"/x":{"get":{"operationId":"a","responses":{}},"put":{"operationId":"a","responses":{}}}}}"#,
            "#/paths: the operationId a occurs twice"
        ),
    ])
    func `an error names the place of the fault`(text: String, line: String) throws {
        let json = try JSONValue(parsing: text)
        #expect { try Document(json) } throws: { error in "\(error)" == line }
    }
}
