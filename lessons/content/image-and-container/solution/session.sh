docker run --name first alpine sh -c 'echo mine > /note'
docker run --name second alpine cat /note
true
