docker tag shop:1 shop:stable
sed -i 's/open/open all night/' sign.txt
docker build -q -t shop:2 -t shop:latest .
true
