docker run --name work alpine sh -c 'echo made by hand > /hello'
docker commit -c 'CMD ["cat", "/hello"]' work hand:1
docker rm work
